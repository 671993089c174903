// The choice of command, and what a mistake or a failure looks like: one line on stderr, exit code 2 for usage,
// 1 for failure, 130 when interrupted.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using OrleansKv.Bench.Bars;
using OrleansKv.Bench.Cli;
using OrleansKv.Bench.Commands;
using OrleansKv.Bench.Histories;
using OrleansKv.Bench.Load;
using OrleansKv.Bench.Micro;
using OrleansKv.Bench.SelfTest;
using OrleansKv.Bench.Simulate;

[assembly: InternalsVisibleTo("OrleansKv.Bench.Tests")]

const string Usage = """
    Usage: dotnet run -c Release --project Bench -- COMMAND [options]

    Commands
      load      load one server, or two in alternating rounds; throughput and latency as text, JSON, HTML
      bars      start this server and Redis, and measure every line of the project's performance table
      micro     BenchmarkDotNet benchmarks of single parts
      commands  the server's commands, as the shell has them in Cli/Docs/commands.tsv
      simulate  seeds of the deterministic simulations of replication and control plane, under faults
      histories three silos with replicas under kills and pauses; what their clients were told is checked
      selftest  what this generator itself costs a request

    'COMMAND --help' lists the options.
    """;

using var interrupt = new CancellationTokenSource();
using PosixSignalRegistration onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
using PosixSignalRegistration onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
using PosixSignalRegistration onHangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Cancel);
try
{
    switch (args)
    {
        case ["load", .. var rest]:
            return LoadCommand.Run(rest, interrupt.Token);
        case ["bars", .. var rest]:
            return BarsCommand.Run(rest, interrupt.Token);
        case ["micro", .. var rest]:
            return MicroCommand.Run(rest);
        case ["selftest", .. var rest]:
            return SelfTestCommand.Run(rest, interrupt.Token);
        case ["simulate", .. var rest]:
            return SimulateCommand.Run(rest, interrupt.Token);
        case ["histories", .. var rest]:
            return HistoriesCommand.Run(rest, interrupt.Token);
        case ["commands"]:
            Console.Out.Write(CommandList.Text());
            return 0;
        case [] or ["--help" or "-h" or "help", ..]:
            Console.WriteLine(Usage);
            return args.Length == 0 ? 2 : 0;
        default:
            throw new UsageException(
                $"Unknown command '{args[0]}'; there are load, bars, micro, simulate, histories, commands, selftest, --help.");
    }
}
catch (UsageException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
catch (BenchException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("Interrupted; nothing is reported.");
    return 130;
}

void Cancel(PosixSignalContext context)
{
    context.Cancel = true;
    interrupt.Cancel();
}
