using System.Text;
using OrleansKv.Gateway.Dispatch;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol.Commands;
using static OrleansKv.Protocol.Commands.CommandFlags;

namespace OrleansKv.Gateway.Commands;

/// <summary>FAULT: faults that are put into a node on purpose, for tests of what stands on it. Refused unless the host has them.</summary>
internal static class FaultCommands
{
    private const string Since = "orleanskv";

    public static readonly IReadOnlyList<SessionCommand> All =
    [
        SessionCommand.Container("fault", "orleanskv", Since, "Puts faults into this node on purpose, for tests (--enable-faults)",
        [
            Sub("clear", -2, "Ends a fault, or all", "[name]", static (Session s, in ArgList a, IFaultControl faults) =>
            {
                if (a.Count > 3) s.Output.Error("ERR syntax error");
                else Answer(s, faults.Clear(a.Count == 3 ? Encoding.UTF8.GetString(a[2]) : null));
            }),
            Sub("list", 2, "Lists the faults that are on", "", static (Session s, in ArgList _, IFaultControl faults) =>
            {
                IReadOnlyList<(string Name, string Value)> all = faults.List();
                s.Output.Map(all.Count);
                foreach ((string name, string value) in all)
                {
                    s.Output.Bulk(name);
                    s.Output.Bulk(value);
                }
            }),
            Sub("set", 4, "Puts a fault in", "name value", static (Session s, in ArgList a, IFaultControl faults) =>
                Answer(s, faults.Set(Encoding.UTF8.GetString(a[2]), Encoding.UTF8.GetString(a[3])))),
            SessionCommand.HelpOf("fault", "orleanskv", Since,
                "CLEAR [<name>]", "    End a fault, or all of them.",
                "LIST", "    Names and values of the faults that are on.",
                "SET replication-delay <ms>", "    What this node's replicas say leaves so much later.",
                "SET replication-drop <percent>", "    So many of their messages are lost.",
                "SET partition <node>[,<node>...]", "    They neither speak to nor hear the replicas of these nodes.",
                "SET pause <ms>", "    They do nothing for so long, once.",
                "SET core-error <name>",
                "    The replication core has an error from the next election on, until one behind CLEAR: for tests of tests."),
        ]),
    ];

    private delegate void FaultHandler(Session session, in ArgList args, IFaultControl faults);

    private static SessionCommand Sub(string name, int arity, string summary, string syntax, FaultHandler run) =>
        SessionCommand.Of("fault|" + name, arity, Admin | Loading | Stale, "orleanskv", Since, summary, syntax,
            (Session session, in ArgList args) =>
            {
                if (session.Server.Control.Faults is { } faults) run(session, args, faults);
                else session.Output.Error("ERR faults on purpose are off: start a node of a cluster with --enable-faults yes");
            });

    private static void Answer(Session session, string? problem)
    {
        if (problem is null) session.Output.Ok();
        else session.Output.Error("ERR " + problem);
    }
}
