using System.Collections;
using System.Runtime.InteropServices;
using System.Text;
using OrleansKv.Bench.Cli;

namespace OrleansKv.Bench.Platform;

/// <summary>Which processors this process and its threads may use. Linux; elsewhere nothing is pinned and it says so.</summary>
internal static unsafe class CpuPin
{
    private const string AlreadyPinned = "ORLEANSKV_BENCH_PINNED";

    // 1024 processors, the C library's own CPU_SETSIZE.
    private const int MaskWords = 16;

    public static void CurrentThread(int cpu)
    {
        if (!OperatingSystem.IsLinux()) return;
        ulong* mask = stackalloc ulong[MaskWords];
        mask[cpu / 64] = 1UL << (cpu % 64);
        // A container may forbid it; the caller measures all the same.
        _ = LinuxNative.SetAffinity(0, MaskWords * sizeof(ulong), mask);
    }

    /// <summary>The processors that the calling thread may use, ascending; all of them where the platform does not tell.</summary>
    public static int[] Allowed()
    {
        ulong* mask = stackalloc ulong[MaskWords];
        if (!OperatingSystem.IsLinux() || LinuxNative.GetAffinity(0, MaskWords * sizeof(ulong), mask) < 0)
            return [.. Enumerable.Range(0, Environment.ProcessorCount)];
        var found = new List<int>();
        for (int cpu = 0; cpu < MaskWords * 64; cpu++)
        {
            if ((mask[cpu / 64] >> (cpu % 64) & 1) != 0) found.Add(cpu);
        }

        return [.. found];
    }

    /// <summary>
    /// Starts this program again under taskset, as the same process: threads of the runtime that already run (collector,
    /// compiler) could not be moved otherwise. Returns when that is not needed, or has been done once.
    /// </summary>
    public static void RestartPinnedTo(int cpu, string[] arguments)
    {
        if (!OperatingSystem.IsLinux() || Allowed() is [int only] && only == cpu) return;
        if (Environment.GetEnvironmentVariable(AlreadyPinned) is not null)
            throw new BenchException($"taskset did not pin this process to CPU {cpu}.");
        string self = Environment.ProcessPath!;
        bool isHost = Path.GetFileNameWithoutExtension(self) == "dotnet";
        string[] command = ["taskset", "-c", $"{cpu}", self, .. isHost ? new[] { Environment.GetCommandLineArgs()[0] } : [], .. arguments];
        IEnumerable<string> environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Select(e => $"{e.Key}={e.Value}").Append($"{AlreadyPinned}=1");
        Console.Out.Flush();
        byte** argv = Strings(command);
        _ = LinuxNative.Execute(argv[0], argv, Strings([.. environment]));
        throw new BenchException("Cannot run taskset (util-linux); start this program pinned to one CPU yourself.");
    }

    // Never freed: the process is replaced, or ends with an error.
    private static byte** Strings(string[] texts)
    {
        var pointers = (byte**)NativeMemory.AllocZeroed((nuint)texts.Length + 1, (nuint)sizeof(byte*));
        for (int i = 0; i < texts.Length; i++)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(texts[i]);
            pointers[i] = (byte*)NativeMemory.AllocZeroed((nuint)bytes.Length + 1);
            bytes.CopyTo(new Span<byte>(pointers[i], bytes.Length));
        }

        return pointers;
    }
}
