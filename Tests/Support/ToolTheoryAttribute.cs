namespace OrleansKv.Tests.Support;

/// <summary><see cref="ToolFactAttribute"/> for a theory.</summary>
public sealed class ToolTheoryAttribute : TheoryAttribute
{
    public ToolTheoryAttribute(params string[] words) => Skip = new ToolFactAttribute(words).Skip;
}
