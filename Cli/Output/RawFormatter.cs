using OrleansKv.Cli.Protocol;

namespace OrleansKv.Cli.Output;

/// <summary>Replies for a pipe: the bytes themselves, an item a line, a map's pair on one line; as redis-cli --raw writes them.</summary>
internal static class RawFormatter
{
    /// <summary>Ends with a line feed.</summary>
    public static byte[] Format(RespValue value)
    {
        using var to = new MemoryStream();
        Add(value, to);
        to.WriteByte((byte)'\n');
        return to.ToArray();
    }

    private static void Add(RespValue value, MemoryStream to)
    {
        if (value.Type == '#')
        {
            to.Write(value.Text == "t" ? "(true)"u8 : "(false)"u8);
            return;
        }

        to.Write(value.Bytes);
        for (int i = 0; i < value.Items.Count; i++)
        {
            if (i > 0) to.WriteByte(value.IsMap && i % 2 == 1 ? (byte)' ' : (byte)'\n');
            Add(value.Items[i], to);
        }
    }
}
