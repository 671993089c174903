using System.Diagnostics;

namespace OrleansKv.Embedded.Tests.Support;

/// <summary>Runs a program to its end and returns what it printed; a failure carries all of it.</summary>
public static class Tool
{
    private const int PatienceSeconds = 120;

    public static string Run(string command, string? input, params string[] arguments)
    {
        var start = new ProcessStartInfo(command)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = Repository.ClientsFolder,
        };
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        if (input is not null) process.StandardInput.Write(input);
        process.StandardInput.Close();
        if (!process.WaitForExit(TimeSpan.FromSeconds(PatienceSeconds)))
        {
            process.Kill();
            Assert.Fail($"{command} {string.Join(' ', arguments)} did not end");
        }

        string printed = output.GetAwaiter().GetResult();
        Assert.True(process.ExitCode == 0, $"{command} {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{printed}\n{errors.GetAwaiter().GetResult()}");
        return printed;
    }
}
