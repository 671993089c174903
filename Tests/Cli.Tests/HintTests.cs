using OrleansKv.Cli.Docs;

namespace OrleansKv.Cli.Tests;

public sealed class HintTests
{
    private static readonly CommandCatalog _catalog = new(
    [
        new("GET", "key"), new("SET", "key value [NX|XX] [GET] [EX seconds|PX milliseconds]"), new("CONFIG", "subcommand [argument ...]"),
        new("CONFIG GET", "pattern [pattern ...]"),
    ]);

    [Theory]
    [InlineData("get", " key")]
    [InlineData("get ", "key")]
    [InlineData("get a", "")]
    [InlineData("set a ", "value [NX|XX] [GET] [EX seconds|PX milliseconds]")]
    [InlineData("set a b ", "[NX|XX] [GET] [EX seconds|PX milliseconds]")]
    [InlineData("config get ", "pattern [pattern ...]")]
    [InlineData("nothing ", "")]
    [InlineData("", "")]
    public void For_ALine_IsTheRestOfItsArguments(string line, string hint) => Assert.Equal(hint, Hint.For(_catalog, line));

    [Theory]
    [InlineData("con", new[] { "CONFIG" })]
    [InlineData("config ", new[] { "GET" })]
    [InlineData("set a b n", new[] { "NX" })]
    [InlineData("help ge", new[] { "GET" })]
    [InlineData("ex", new[] { "EXIT" })]
    [InlineData("nothing x", new string[0])]
    public void Completion_OfTheLastWord(string line, string[] words) => Assert.Equal(words, Completion.For(_catalog, line));
}
