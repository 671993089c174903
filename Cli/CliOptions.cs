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

    /// <summary>A PEM file with the authorities that may have signed the server's certificate; null for the system's.</summary>
    public string? TlsCa { get; init; }

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
        int at = 0;
        for (; at < args.Count; at++)
        {
            string Value(string name) => at + 1 < args.Count ? args[++at] : throw new CliException($"{name}: the value is missing", 2);
            if (args[at] is not ['-', _, ..]) break;
            switch (args[at])
            {
                case "-h" or "--host": options = options with { Host = Named("--host", Value("--host")) }; break;
                case "-p" or "--port": options = options with { Port = PortOf(Value("--port")) }; break;
                case "--user": options = options with { User = Named("--user", Value("--user")) }; break;
                case "-a" or "--password": options = options with { Password = Value("--password") }; break;
                case "--uri": options = options.WithUri(Value("--uri")); break;
                case "--tls": options = options with { Tls = true }; break;
                case "--tls-ca": options = options with { Tls = true, TlsCa = Named("--tls-ca", Value("--tls-ca")) }; break;
                case "--tls-insecure": options = options with { Tls = true, TlsInsecure = true }; break;
                case "-2": options = options with { Resp = 2 }; break;
                case "-3": options = options with { Resp = 3 }; break;
                case "--resp":
                    string resp = Value("--resp");
                    options = options with { Resp = resp is "2" or "3"
                        ? resp[0] - '0'
                        : throw new CliException($"--resp: '{resp}' is neither 2 nor 3", 2) };
                    break;
                case "--json": options = options with { Json = true }; break;
                case "-x": options = options with { LastFromInput = true }; break;
                case "--help": return options with { Help = true };
                case "--version": return options with { Version = true };
                case var word: throw new CliException($"unknown option {word}; kv --help lists all", 2);
            }
        }

        options = options with { Words = [.. args.Skip(at)] };
        return options.Contradiction() is { } problem ? throw new CliException(problem, 2) : options;
    }

    private string? Contradiction()
    {
        if (TlsInsecure && TlsCa is not null) return "--tls-insecure and --tls-ca exclude each other";
        if (User != "default" && Password.Length == 0) return "--user: its password is missing; add --password or set ORLEANSKV_PASSWORD";
        // .NET has put U+FFFD where an argument's bytes were no UTF-8: what would be sent is not what was written.
        if (Words.Any(word => word.Contains('\uFFFD')))
            return "a word of the command is no UTF-8 (or has U+FFFD in it) and would be changed on its way; give it as the last word, "
            + "from standard input: -x";
        return LastFromInput && Words.Count == 0 ? "-x: there is no command whose last word is to be read" : null;
    }

    private static string Named(string option, string value) =>
        value.Length > 0 ? value : throw new CliException($"{option}: the value is empty", 2);

    private static int PortOf(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port is > 0 and < 65536
        ? port : throw new CliException($"--port: '{text}' is no port (1 to 65535)", 2);

    // redis[s]://[[user]:password@]host[:port][/0]; as with redis-cli, a login without a colon is a password.
    private CliOptions WithUri(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("redis" or "rediss") || uri.Host.Length == 0)
            throw new CliException("--uri: it must be redis[s]://[user:password@]host[:port]", 2); // not repeated: it may hold a password
        if (uri.PathAndQuery is not ("" or "/" or "/0"))
            throw new CliException($"--uri: '{uri.PathAndQuery}' is not there; the one database is /0", 2);
        string[] login = uri.UserInfo.Split(':', 2);
        return this with
        {
            Host = uri.Host.Trim('[', ']'),
            Port = uri.Port switch { > 0 => uri.Port, 0 => PortOf("0"), _ => Port },
            Tls = Tls || uri.Scheme == "rediss",
            User = login.Length == 2 && login[0].Length > 0 ? Uri.UnescapeDataString(login[0]) : User,
            Password = login[^1].Length > 0 ? Uri.UnescapeDataString(login[^1]) : Password,
        };
    }
}
