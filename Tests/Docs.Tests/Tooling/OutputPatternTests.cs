using OrleansKv.Docs.Tests.Transcripts;

namespace OrleansKv.Docs.Tests.Tooling;

public sealed class OutputPatternTests
{
    [Theory]
    [InlineData("OK", "OK\n", true)]
    [InlineData("OK", "OK", true)]
    [InlineData("OK", "OK\n\n", true)]
    [InlineData("OK", "ok\n", false)]
    [InlineData("OK", "OK\nmore\n", false)]
    [InlineData("OK", "", false)]
    [InlineData("", "", true)]
    [InlineData("a.b", "axb\n", false)]
    [InlineData("in ... s", "in 0.14 s\n", true)]
    [InlineData("in ... s", "in 0.14\ns\n", false)]
    [InlineData("...\nlast", "one\ntwo\nlast\n", true)]
    [InlineData("...\nlast", "last\n", true)]
    [InlineData("...\nlast", "last\nmore\n", false)]
    [InlineData("first\n...", "first\nmore\n", true)]
    [InlineData("first\n...", "more\n", false)]
    public void IsWhole_OfAnOutput_ComparesToTheLetterButForDots(string shown, string printed, bool expected) =>
        Assert.Equal(expected, new OutputPattern(Lines(shown)).IsWhole(printed));

    [Theory]
    [InlineData("...\nReady...", "Data\nReady on 9\nlater\n", true)]
    [InlineData("...\nReady...", "Data\n", false)]
    [InlineData("Data\nReady", "Data\nother\nReady\n", false)]
    [InlineData("Data\nReady", "Data\nRea", false)]
    public void IsBeginning_OfAnOutputThatGoesOn_WantsWholeLines(string shown, string printed, bool expected) =>
        Assert.Equal(expected, new OutputPattern(Lines(shown)).IsBeginning(printed));

    private static string[] Lines(string text) => text.Length == 0 ? [] : text.Split('\n');
}
