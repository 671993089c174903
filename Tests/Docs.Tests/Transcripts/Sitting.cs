using System.Diagnostics;
using System.Text.RegularExpressions;

namespace OrleansKv.Docs.Tests.Transcripts;

/// <summary>
/// What a reader does at one sitting: the commands of one section, in an empty folder. A server that a command starts runs on, as in a
/// terminal of its own, until the section ends. Ports are replaced by free ones. One thread.
/// </summary>
internal sealed partial class Sitting : IDisposable
{
    /// <summary>How often, and with which pause, a question is asked again while nodes join and shards move: 60 s.</summary>
    private const int Tries = 120;
    private static readonly TimeSpan PauseBetweenTries = TimeSpan.FromMilliseconds(500);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orleanskv-docs-");
    private readonly List<RunningProgram> _servers = [];

    /// <param name="texts">All texts of the section, for the ports that they name.</param>
    public Sitting(IEnumerable<string> texts) => Ports = new PortMap(texts);

    public PortMap Ports { get; }

    public async Task Run(Step step)
    {
        CommandText command = CommandText.Of(Ports.Apply(step.Command));
        if (command.IsDoneAlready) return;
        if (command.IsServer) await StartServer(step, command);
        else await RunToEnd(step, command);
    }

    public void Dispose()
    {
        foreach (RunningProgram server in _servers) server.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>A process in this section's folder that finds the section's ports where it looks for the default ones.</summary>
    public RunningProgram Start(
        string name, string program, IEnumerable<string> arguments, IEnumerable<(string Variable, string Value)> variables)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = _folder.FullName };
        string[] settings = [.. start.Environment.Keys.Where(k => k.StartsWith("ORLEANSKV_", StringComparison.Ordinal))];
        foreach (string setting in settings) start.Environment.Remove(setting);
        foreach ((string variable, string value) in variables) start.Environment[variable] = value;
        return new RunningProgram(name, start);
    }

    private async Task StartServer(Step step, CommandText command)
    {
        RunningProgram server = Start(step.Command, "bash", ["-c", "exec " + command.Line], Ports.Variables(command.IsSilo));
        _servers.Add(server);
        string[] expected = step.Expected is null ? ["...", "Ready..."] : [.. step.Expected.Select(Ports.Apply)];
        await server.WaitUntilPrinted(new OutputPattern(expected).IsBeginning, string.Join('\n', expected));
    }

    private async Task RunToEnd(Step step, CommandText command)
    {
        int tries = Question().IsMatch(step.Command) ? Tries : 1;
        for (int i = 1; ; i++)
        {
            using RunningProgram program = Start(step.Command, "bash", ["-c", command.Line], []);
            program.Type(step.Typed.Select(Ports.Apply));
            int code = await program.WaitForEnd();
            if (Problem(step, code, program.Printed) is not { } problem) return;
            if (i == tries) Assert.Fail(problem);
            await Task.Delay(PauseBetweenTries);
        }
    }

    private string? Problem(Step step, int code, string printed)
    {
        if (step.Expected is null) return code == 0 ? null : $"line {step.Line}: {step.Command}\nended with {code} and printed:\n{printed}";
        string[] expected = [.. step.Expected.Select(Ports.Apply)];
        return new OutputPattern(expected).IsWhole(printed)
            ? null
            : $"line {step.Line}: {step.Command}\nThe document shows:\n{string.Join('\n', expected)}\n\nIt printed:\n{printed}";
    }

    /// <summary>What only asks, and is answered otherwise while a cluster is still on its way.</summary>
    [GeneratedRegex(@"\b(NODES|CLUSTER|DBSIZE|curl)\b")]
    private static partial Regex Question();
}
