using BenchmarkDotNet.Running;

namespace OrleansKv.Bench.Micro;

/// <summary><c>micro</c>: BenchmarkDotNet over this assembly; its own options follow (<c>--filter '*Table*'</c>).</summary>
internal static class MicroCommand
{
    public static int Run(string[] args)
    {
        BenchmarkSwitcher.FromAssembly(typeof(MicroCommand).Assembly).Run(args.Length == 0 ? ["--filter", "*"] : args);
        return 0;
    }
}
