using OrleansKv.Cli.Protocol;

namespace OrleansKv.Cli.Commands;

/// <summary>What NODES answers with, as a table: an array of maps, or of the flat arrays that RESP2 has for them.</summary>
internal static class NodeRows
{
    /// <summary>Null when the reply is something else. A node without a field that others have gets an empty cell.</summary>
    public static (IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows)? TryRead(RespValue reply)
    {
        if (!reply.IsAggregate || reply.IsMap || reply.Items.Count == 0 || !reply.Items.All(IsNode)) return null;
        var columns = new List<string>();
        foreach (RespValue node in reply.Items)
        {
            for (int i = 0; i < node.Items.Count; i += 2)
            {
                if (!columns.Contains(node.Items[i].Text)) columns.Add(node.Items[i].Text);
            }
        }

        return (columns, [.. reply.Items.Select(node => (IReadOnlyList<string>)[.. columns.Select(c => Cell(node.Field(c)))])]);
    }

    private static bool IsNode(RespValue item) =>
        item.IsAggregate && item.Items.Count is > 0 and var count && count % 2 == 0
        && item.Items.Where((_, i) => i % 2 == 0).All(name => name.Type is '$' or '+');

    private static string Cell(RespValue? value) =>
        value is null ? "" : value.IsAggregate ? string.Join(", ", value.Items.Select(i => i.Text)) : value.Text;
}
