using OrleansKv.Cli.Protocol;

namespace OrleansKv.Cli.Commands;

/// <summary><c>kv scan [--match P] [--count N]</c>: every key, one a line.</summary>
internal static class ScanCommand
{
    public static int Run(RespConnection connection, IReadOnlyList<string> words)
    {
        var options = new List<string>();
        for (int i = 1; i < words.Count; i += 2)
        {
            if (words[i] is not ("--match" or "--count") || i + 1 == words.Count) throw new CliException($"scan: '{words[i]}' is unknown or has no value; it takes --match P and --count N", 2);
            options.AddRange([words[i][2..], words[i + 1]]);
        }

        string cursor = "0";
        using Stream output = Console.OpenStandardOutput();
        do
        {
            RespValue page = connection.Call(["SCAN", cursor, .. options]);
            if (page.IsError) throw new CliException(page.Text);
            cursor = page.Items[0].Text;
            foreach (RespValue key in page.Items[1].Items)
            {
                output.Write(key.Bytes);
                output.WriteByte((byte)'\n');
            }
        }
        while (cursor != "0");
        return 0;
    }
}
