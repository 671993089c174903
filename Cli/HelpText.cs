namespace OrleansKv.Cli;

/// <summary>What kv --help prints.</summary>
internal static class HelpText
{
    public const string All = """
        kv: a shell for OrleansKv and any other server that speaks RESP

        kv [options]                       interactive shell (or commands from standard input, one a line)
        kv [options] COMMAND [WORD ...]    one command: kv put a b, kv get a, kv set k v EX 10, kv subscribe news
        kv [options] info [SECTION]        INFO as tables
        kv [options] nodes                 the nodes of the store
        kv [options] stat [LINES]          a line of counters a second
        kv [options] scan [--match P] [--count N]
        kv [options] rebalance N           go to N shards while traffic runs
        kv [options] benchmark [--connections N] [--requests N] [--pipeline N] [--value-size N]
                                           a first impression; the project Bench is the real tool
        kv wal dump|verify FOLDER          look into a data folder (offline)
        kv wal repair FOLDER [--yes]       say (or do) what makes a damaged folder open again

        Options, before the command
          -h, --host HOST         127.0.0.1
          -p, --port PORT         9090
          --user NAME             default
          -a, --password TEXT     or the variable ORLEANSKV_PASSWORD
          --uri redis[s]://[user:password@]host[:port]
          --tls, --tls-insecure   TLS; without checking the certificate
          --resp 2|3              3, and 2 with a server that does not know it
          --json                  replies as JSON
          -x                      the last word of the command is read from standard input
          --help, --version

        Exit code: 0, 1 for an error reply or no connection, 2 for wrong usage.
        """;
}
