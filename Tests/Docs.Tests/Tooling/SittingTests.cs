using OrleansKv.Docs.Tests.Transcripts;
using Xunit.Sdk;

namespace OrleansKv.Docs.Tests.Tooling;

/// <summary>A document that is wrong is found: each of these is a mistake in a document.</summary>
public sealed class SittingTests
{
    [Fact]
    public async Task Run_ACommandThatPrintsSomethingElse_SaysLineAndBoth()
    {
        var failed = await Assert.ThrowsAnyAsync<XunitException>(() => Run(new Step(7, "echo one", [], ["two"])));
        Assert.Contains("line 7: echo one", failed.Message, StringComparison.Ordinal);
        Assert.Contains("two", failed.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exit 3")]
    [InlineData("no-such-program")]
    public async Task Run_ACommandToCopyThatFails_Fails(string command) =>
        await Assert.ThrowsAnyAsync<XunitException>(() => Run(new Step(1, command, [], null)));

    [Fact]
    public async Task Run_WhatIsTyped_IsReadByTheCommand() => await Run(new Step(1, "sort", ["b", "a"], ["a", "b"]));

    [Fact]
    public async Task Run_CommandsOfASection_ShareAnEmptyFolder() =>
        await Run(new Step(1, "ls", [], []), new Step(2, "echo x > file", [], []), new Step(3, "cat file", [], ["x"]));

    [Fact]
    public async Task Run_AServerThatDoesNotStart_SaysWhatItPrinted()
    {
        var failed = await Assert.ThrowsAsync<InvalidOperationException>(
            () => Run(new Step(1, "dotnet Embedded/bin/Release/net10.0/orleanskv.dll --prot 1", [], null)));
        Assert.Contains("unknown flag --prot", failed.Message, StringComparison.Ordinal);
    }

    private static async Task Run(params Step[] steps)
    {
        using var sitting = new Sitting(steps.Select(s => s.Command));
        foreach (Step step in steps) await sitting.Run(step);
    }
}
