using System.Globalization;

namespace OrleansKv.Cli;

/// <summary>How to connect and how to print; and the words that are left: the command.</summary>
internal sealed record CliOptions
{
    public string Host { get; init; } = "127.0.0.1";

    public int Port { get; init; } = 9090;

    public string User { get; init; } = "default";

    public string Password { get; init; } = "";

    public bool Tls { get; init; }

    public bool TlsInsecure { get; init; }

    public int Resp { get; init; } = 3;

    public bool Json { get; init; }

    /// <summary>The last word of the command is read from standard input.</summary>
    public bool LastFromInput { get; init; }

    public bool Help { get; init; }

    public bool Version { get; init; }

    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>Options stand before the command; throws <see cref="CliException"/> with exit code 2 for one that is unknown.</summary>
    public static CliOptions Parse(IReadOnlyList<string> args, string? passwordVariable)
    {
        var options = new CliOptions { Password = passwordVariable ?? "" };
        for (int i = 0; i < args.Count; i++)
        {
            string Value(string name) => i + 1 < args.Count ? args[++i] : throw new CliException($"{name}: the value is missing", 2);
            switch (args[i])
            {
                case "-h" or "--host": options = options with { Host = Value("--host") }; break;
                case "-p" or "--port": options = options with { Port = PortOf(Value("--port")) }; break;
                case "--user": options = options with { User = Value("--user") }; break;
                case "-a" or "--password": options = options with { Password = Value("--password") }; break;
                case "--uri": options = options.WithUri(Value("--uri")); break;
                case "--tls": options = options with { Tls = true }; break;
                case "--tls-insecure": options = options with { Tls = true, TlsInsecure = true }; break;
                case "--resp":
                    string resp = Value("--resp");
                    options = options with { Resp = resp is "2" or "3" ? resp[0] - '0' : throw new CliException($"--resp: '{resp}' is neither 2 nor 3", 2) };
                    break;
                case "--json": options = options with { Json = true }; break;
                case "-x": options = options with { LastFromInput = true }; break;
                case "--help": return options with { Help = true };
                case "--version": return options with { Version = true };
                case var word when word.StartsWith('-') && word.Length > 1: throw new CliException($"unknown option {word}; kv --help lists all", 2);
                default: return options with { Words = [.. args.Skip(i)] };
            }
        }

        return options;
    }

    private static int PortOf(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port is > 0 and < 65536
        ? port : throw new CliException($"--port: '{text}' is no port (1 to 65535)", 2);

    private CliOptions WithUri(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("redis" or "rediss"))
            throw new CliException($"--uri: '{text}' is not redis://[user:password@]host[:port]", 2);
        string[] login = uri.UserInfo.Split(':', 2);
        return this with
        {
            Host = uri.Host,
            Port = uri.Port > 0 ? uri.Port : Port,
            Tls = Tls || uri.Scheme == "rediss",
            User = login.Length == 2 && login[0].Length > 0 ? Uri.UnescapeDataString(login[0]) : User,
            Password = login.Length == 2 ? Uri.UnescapeDataString(login[1]) : Password,
        };
    }
}
