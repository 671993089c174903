using OrleansKv.Tests.Support;

namespace OrleansKv.Samples.Tests;

/// <summary>
/// A sample as a reader starts it, in a process of its own.
/// </summary>
internal sealed class Sample : IDisposable
{
    private readonly ChildProcess _process;

    private Sample(string name, string folder, string[] arguments) =>
        _process = new ChildProcess(name, ChildProcess.Dotnet([ProgramOf(name), .. arguments], folder));

    // In the sample's own output folder, with the files that it was built with: the test's folder lacks those that ASP.NET's framework has.
    private static string ProgramOf(string name)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory); // Tests/Samples.Tests/bin/Release/net10.0
        string root = output.Parent!.Parent!.Parent!.Parent!.Parent!.FullName;
        return Path.Combine(root, "samples", name, "bin", output.Parent.Name, output.Name, name + ".dll");
    }

    public string Printed => _process.Printed;

    /// <summary>Starts one that goes on until it is stopped.</summary>
    public static Sample Start(string name, string folder, params string[] arguments) => new(name, folder, arguments);

    /// <summary>Runs one to its end; returns its exit code and what it printed.</summary>
    public static (int Code, string Printed) Run(string name, string folder, params string[] arguments)
    {
        using var sample = new Sample(name, folder, arguments);
        return (sample._process.WaitForExit(), sample._process.Printed);
    }

    /// <summary>Waits until it has printed a text.</summary>
    public void AwaitPrinted(string text) =>
        _process.Await($"it to print '{text}'", () => _process.Printed.Contains(text, StringComparison.Ordinal));

    public void Dispose() => _process.Dispose();
}
