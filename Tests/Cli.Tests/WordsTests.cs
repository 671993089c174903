using OrleansKv.Cli.Protocol;

namespace OrleansKv.Cli.Tests;

public sealed class WordsTests
{
    [Theory]
    [InlineData("set a b", "set|a|b")]
    [InlineData("  set   a  ", "set|a")]
    [InlineData("set a \"b c\"", "set|a|b c")]
    [InlineData("set a 'it\\'s'", "set|a|it's")]
    [InlineData("set a \"\\n\\t\"", "set|a|\n\t")]
    [InlineData("set a \"\"", "set|a|")]
    public void Split_AsRedisCliDoes(string line, string words) => Assert.Equal(words.Split('|'), Words.Split(line));

    [Theory]
    [InlineData("set a \"b")]
    [InlineData("set a 'b")]
    [InlineData("set \"a\"b")]
    public void UnbalancedQuotes_AreRefused(string line) => Assert.Null(Words.Split(line));

    [Fact]
    public void HexEscapes_BecomeExactlyTheseBytes() =>
        Assert.Equal([0x00, 0xFF, (byte)'a', 0xC3, 0xA9], Words.ToBytes(Words.Split("\"\\x00\\xffa\u00e9\"")![0]));

    [Fact]
    public void AnyBytes_SurviveAsAWord()
    {
        byte[] bytes = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        Assert.Equal(bytes, Words.ToBytes(Words.FromBytes(bytes)));
    }
}
