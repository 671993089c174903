namespace OrleansKv.Engine.Tests.Support;

/// <summary>A theory that asks a real Redis: skipped, with the reason, where none is installed.</summary>
public sealed class RedisTheoryAttribute : TheoryAttribute
{
    public RedisTheoryAttribute() => Skip = RedisProcess.SkipReason;
}
