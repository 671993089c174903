namespace OrleansKv.Cli.Protocol;

/// <summary>The first words on a connection: HELLO 3 with the login, or AUTH alone where RESP3 is not known or not wanted.</summary>
internal static class Greeting
{
    /// <summary>Throws <see cref="CliException"/> for a login that is refused, or for a server that takes nobody.</summary>
    public static void Run(RespConnection connection, CliOptions options)
    {
        bool hasLogin = options.Password.Length > 0;
        if (options.Resp == 3)
        {
            RespValue hello = connection.Call(hasLogin ? ["HELLO", "3", "AUTH", options.User, options.Password] : ["HELLO", "3"]);
            if (!hello.IsError)
            {
                AskForAll(connection, hello);
                return;
            }

            if (IsAuthMissing(hello)) return; // without a login: the shell may still send AUTH
            if (!IsUnknown(hello)) throw new CliException(hello.Text);
        }

        // AUTH with one word is what servers before Redis 6 know.
        if (hasLogin && connection.Call(
            options.User == "default" ? ["AUTH", options.Password] : ["AUTH", options.User, options.Password]) is { IsError: true } refused)
            throw new CliException(refused.Text);
    }

    /// <summary>
    /// A person at a prompt asks about the store, not about the node that answers: in a cluster, KEYS, DBSIZE and SCAN are to be about all
    /// nodes. Redis has no such command, and its refusal changes nothing.
    /// </summary>
    /// <param name="connection">Where HELLO was answered.</param>
    /// <param name="hello">The answer.</param>
    public static void AskForAll(RespConnection connection, RespValue hello)
    {
        if (hello.Field("mode") is { Text: "cluster" }) connection.Call("CLIENT", "SCOPE", "CLUSTER");
    }

    private static bool IsAuthMissing(RespValue hello) => hello.Text.StartsWith("NOAUTH", StringComparison.Ordinal);

    private static bool IsUnknown(RespValue hello) =>
        hello.Text.StartsWith("NOPROTO", StringComparison.Ordinal)
        || hello.Text.StartsWith("ERR unknown command", StringComparison.OrdinalIgnoreCase);
}
