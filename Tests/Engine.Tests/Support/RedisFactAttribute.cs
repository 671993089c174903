namespace OrleansKv.Engine.Tests.Support;

/// <summary>A test that asks a real Redis: skipped, with the reason, where none is installed.</summary>
public sealed class RedisFactAttribute : FactAttribute
{
    public RedisFactAttribute() => Skip = RedisProcess.SkipReason;
}
