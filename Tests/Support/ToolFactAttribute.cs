using System.Diagnostics;

namespace OrleansKv.Tests.Support;

/// <summary>A test that needs a program of the machine: skipped, by name, where it is missing.</summary>
public sealed class ToolFactAttribute : FactAttribute
{
    /// <param name="words">A command that exits with 0 where the tool is there; run once, at discovery, in the clients' folder.</param>
    public ToolFactAttribute(params string[] words)
    {
        if (!Answers(words)) Skip = $"needs '{string.Join(' ', words)}' to work here";
    }

    private static bool Answers(string[] words)
    {
        var start = new ProcessStartInfo(words[0])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Repository.ClientsFolder,
        };
        foreach (string word in words[1..]) start.ArgumentList.Add(word);
        try
        {
            using Process process = Process.Start(start)!;
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false; // no such program
        }
    }
}
