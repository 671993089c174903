namespace OrleansKv.Cli.Tests;

public sealed class CliOptionsTests
{
    [Fact]
    public void OptionsStandBeforeTheCommand()
    {
        CliOptions options = CliOptions.Parse(["-p", "7000", "--json", "set", "a", "-p"], null);
        Assert.Equal((7000, true), (options.Port, options.Json));
        Assert.Equal(["set", "a", "-p"], options.Words);
    }

    // A bug that was: kv set b $'\xff' stored U+FFFD.
    [Fact]
    public void WordThatIsNoUtf8_IsRefused_NamingTheWayAround()
    {
        CliException refused = Assert.Throws<CliException>(() => CliOptions.Parse(["set", "b", "\uFFFD"], null));
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("-x", refused.Message);
    }

    [Fact]
    public void Uri_SetsAllOfIt()
    {
        CliOptions options = CliOptions.Parse(["--uri", "rediss://me:p%40ss@example:7001"], "from the variable");
        Assert.Equal(("example", 7001, "me", "p@ss", true), (options.Host, options.Port, options.User, options.Password, options.Tls));
    }

    [Theory]
    [InlineData("--prot", "--prot")]
    [InlineData("--port=1", "--port=1")]
    public void UnknownOption_IsNamed(string option, string named)
    {
        CliException refused = Assert.Throws<CliException>(() => CliOptions.Parse([option], null));
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains(named, refused.Message);
    }

    [Theory]
    [InlineData("--port", "0")]
    [InlineData("--port", "x")]
    [InlineData("--resp", "4")]
    public void ImpossibleValue_IsNamed(string option, string value) =>
        Assert.Contains(value, Assert.Throws<CliException>(() => CliOptions.Parse([option, value], null)).Message);

    [Fact]
    public void ImpossibleUri_IsRefusedWithoutRepeatingItsPassword()
    {
        string problem = Assert.Throws<CliException>(() => CliOptions.Parse(["--uri", "http://u:secret@a"], null)).Message;
        Assert.StartsWith("--uri", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", problem, StringComparison.Ordinal);
    }
}
