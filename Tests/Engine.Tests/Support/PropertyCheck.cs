using FsCheck;
using FsCheck.Fluent;

namespace OrleansKv.Engine.Tests.Support;

/// <summary>
/// How the property tests run: 200 cases of growing size. A failure throws with the shrunk case and the seed (for <see
/// cref="Config.WithReplay"/>).
/// </summary>
internal static class PropertyCheck
{
    private const int Cases = 200;

    /// <summary>Checks that nothing throws.</summary>
    public static void Run<T>(Arbitrary<T> cases, Action<T> body, int mostSteps = 150) =>
        Prop.ForAll(cases, body).Check(Config.QuickThrowOnFailure.WithMaxTest(Cases).WithStartSize(10).WithEndSize(mostSteps));

    /// <summary>Smaller numbers to try in place of one: none, half, one less.</summary>
    public static IEnumerable<int> Smaller(int number) => number switch
    {
        0 => [],
        1 => [0],
        2 => [0, 1],
        _ => [0, number / 2, number - 1],
    };
}
