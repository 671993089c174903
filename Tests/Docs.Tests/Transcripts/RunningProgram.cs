using System.Diagnostics;
using OrleansKv.Tests.Support;

namespace OrleansKv.Docs.Tests.Transcripts;

/// <summary>A command of a document that was started. One thread.</summary>
internal sealed class RunningProgram(string name, ProcessStartInfo start) : IDisposable
{
    private readonly ChildProcess _process = new(name + "\n", start);

    public string Printed => _process.Printed;

    /// <summary>Types these lines, and that there are no more.</summary>
    public void Type(IEnumerable<string> lines)
    {
        try
        {
            foreach (string line in lines) _process.Input.WriteLine(line);
            _process.Input.Close();
        }
        catch (IOException)
        {
            // It has ended without reading; what it printed says why.
        }
    }

    /// <summary>Waits until what was printed is as the document shows.</summary>
    public Task WaitUntilPrinted(Func<string, bool> isExpected, string expected) =>
        _process.AwaitAsync($"it printed\n{expected}\n", () => isExpected(Printed));

    /// <summary>Waits for the end and returns the exit code.</summary>
    public async Task<int> WaitForEnd()
    {
        await _process.AwaitAsync("it to end", () => !_process.Runs);
        return _process.WaitForExit();
    }

    public void Dispose() => _process.Dispose();
}
