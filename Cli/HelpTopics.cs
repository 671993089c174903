namespace OrleansKv.Cli;

/// <summary>What <c>kv help COMMAND</c> prints for kv's own commands.</summary>
internal static class HelpTopics
{
    private static readonly Dictionary<string, string> _topics = new()
    {
        ["info"] = """
            kv info [SECTION ...]
              INFO as tables; as it is in a pipe; with --json an object a section.
            """,
        ["nodes"] = """
            kv nodes
              The nodes of the store and what they hold, from the server's NODES.
            """,
        ["stat"] = """
            kv stat [LINES] [--interval SECONDS]
              A line of INFO's counters every second (or SECONDS), until LINES are printed or Ctrl-C.
            """,
        ["scan"] = """
            kv scan [--match PATTERN] [--count N]
              Every key, of a cluster those of all nodes, one a line, without holding the server up: SCAN with COUNT N (1000) until it is
              through. A key that comes or goes meanwhile may or may not be there, and a key may come twice.
            """,
        ["monitor"] = """
            kv monitor
              Every command that the server runs, until Ctrl-C. It slows the server down.
            """,
        ["rebalance"] = """
            kv rebalance N
              Goes to N shards while traffic runs, and at a terminal shows how far it is. Ctrl-C stops watching, not the server.
            """,
        ["benchmark"] = """
            kv benchmark [--connections N] [--requests N] [--pipeline N] [--value-size BYTES]
              A first impression: SET, then GET of random keys kv-benchmark:0 to 99999 (deleted at the end), each connection waiting for its
              pipeline's replies. Defaults: 8 connections, 200000 requests, pipeline 16, 64 bytes. Times are those of a whole pipeline.
              It is one thread a connection and measures itself too. The real tool, with an open loop, comparison and reports, is
              Bench: dotnet run -c Release --project Bench -- load --help
            """,
        ["wal"] = """
            kv wal dump FOLDER           every record of the journal, a line each
            kv wal verify FOLDER         checks every file; exit code 1 when one is damaged
            kv wal repair FOLDER [--yes] says what would make a damaged folder open again; --yes does it
              FOLDER is a server's data folder. repair refuses a folder that a server has open, and sets damaged files aside as *.damaged.
            """,
        ["help"] = """
            kv help [COMMAND]
              kv's own commands, or one of the server's as the server explains it.
            """,
    };

    /// <summary>Null when the word is no command of kv's own.</summary>
    public static string? Find(string name) => _topics.GetValueOrDefault(name);
}
