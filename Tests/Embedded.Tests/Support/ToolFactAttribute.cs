using System.Diagnostics;

namespace OrleansKv.Embedded.Tests.Support;

/// <summary>A test that needs a program of the machine: skipped, by name, where it is missing.</summary>
public sealed class ToolFactAttribute : FactAttribute
{
    /// <param name="command">A command that exits with 0 where the tool is there; run once, at discovery.</param>
    /// <param name="arguments">Its arguments, separated by blanks.</param>
    public ToolFactAttribute(string command, string arguments)
    {
        if (!Answers(command, arguments)) Skip = $"needs '{command} {arguments}' to work here";
    }

    private static bool Answers(string command, string arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(command, arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = Repository.ClientsFolder,
            })!;
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
