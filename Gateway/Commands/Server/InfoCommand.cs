using System.Text;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol.Commands;
using static OrleansKv.Protocol.Commands.CommandFlags;

namespace OrleansKv.Gateway.Commands.Server;

/// <summary>INFO: the numbers that the status page and /metrics show too, under Redis' names.</summary>
internal static class InfoCommand
{
    public static readonly IReadOnlyList<SessionCommand> All =
    [
        SessionCommand.Of("info", -1, Loading | Stale, "server", "1.0.0", "Get information and statistics about the server",
            "[section [section ...]]", Run),
    ];

    private static void Run(Session session, in ArgList args)
    {
        var asked = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        bool isDefault = args.Count == 1, isAll = false;
        for (int i = 1; i < args.Count; i++)
        {
            if (args.Is(i, "DEFAULT"u8)) isDefault = true;
            else if (args.Is(i, "ALL"u8) || args.Is(i, "EVERYTHING"u8)) isAll = true;
            else asked.Add(Encoding.Latin1.GetString(args[i]));
        }

        var text = new InfoText();
        InfoSection[] chosen = [.. InfoSections.All.Where(s => isAll || (isDefault && s.IsDefault) || asked.Contains(s.Name))];
        if (chosen.Length > 0)
        {
            var source = new InfoSource(session.Server, session.Server.Control.Numbers.Collect());
            foreach (InfoSection section in chosen)
            {
                text.Section(char.ToUpperInvariant(section.Name[0]) + section.Name[1..]);
                section.Write(source, text);
            }
        }

        session.Output.Verbatim(text.ToString());
    }
}
