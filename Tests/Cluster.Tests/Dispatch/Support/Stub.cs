using System.Reflection;

namespace OrleansKv.Cluster.Tests.Dispatch.Support;

/// <summary>An interface of which a test answers what is asked.</summary>
public class Stub : DispatchProxy
{
    private Func<MethodInfo, object?[], object?> _answer = static (method, _) => throw new NotSupportedException(method.Name);

    /// <param name="answer">Method and arguments in, result out.</param>
    public static T Of<T>(Func<MethodInfo, object?[], object?> answer)
        where T : class
    {
        T stub = Create<T, Stub>();
        ((Stub)(object)stub)._answer = answer;
        return stub;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => _answer(targetMethod!, args!);
}
