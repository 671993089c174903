using System.Diagnostics;

namespace OrleansKv.Tests.Support;

/// <summary>Runs a program to its end and returns what it printed; a failure carries all of it.</summary>
public static class Tool
{
    private const int PatienceSeconds = 120;

    public static string Run(string command, string? input, params string[] arguments)
    {
        (int code, string printed, string errors) = RunToEnd(command, input, arguments);
        Assert.True(code == 0, $"{command} {string.Join(' ', arguments)} ended with {code}:\n{printed}\n{errors}");
        return printed;
    }

    /// <summary>The same for a program that must fail: what it printed, on both streams.</summary>
    public static string RunToFailure(string command, params string[] arguments)
    {
        (int code, string printed, string errors) = RunToEnd(command, null, arguments);
        Assert.NotEqual(0, code);
        return printed + errors;
    }

    private static (int Code, string Printed, string Errors) RunToEnd(string command, string? input, string[] arguments)
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

        return (process.ExitCode, output.GetAwaiter().GetResult(), errors.GetAwaiter().GetResult());
    }
}
