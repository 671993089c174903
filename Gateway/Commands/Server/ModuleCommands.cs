using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol.Commands;
using static OrleansKv.Protocol.Commands.CommandFlags;

namespace OrleansKv.Gateway.Commands.Server;

/// <summary>
/// MODULE as a Redis answers that has none and lets none be loaded (<c>enable-module-command no</c>): consoles and test suites list them
/// first.
/// </summary>
internal static class ModuleCommands
{
    public const string NotAllowed = "ERR MODULE command not allowed. "
        + "If the enable-module-command option is set to \"local\", you can run it from a local connection, "
        + "otherwise you need to set this option in the configuration file, and then restart the server.";

    public static readonly IReadOnlyList<SessionCommand> All =
    [
        SessionCommand.Container("module", "server", "4.0.0", "A container for module commands",
            Sub("list", 2, "4.0.0", "List all modules loaded by the server", "", static (Session s, in ArgList _) => s.Output.Array(0)),
            // These never run: SlowPath refuses them as Redis' processCommand does, before MULTI queues them.
            Sub("load", -3, "4.0.0", "Load a module", "path [arg [arg ...]]", Refuse),
            Sub("loadex", -3, "7.0.0", "Load a module with extended parameters",
                "path [CONFIG name value [CONFIG name value ...]] [ARGS arg [ARGS arg ...]]", Refuse),
            Sub("unload", 3, "4.0.0", "Unload a module", "name", Refuse),
            SessionCommand.HelpOf("module", "server", "5.0.0",
                "LIST", "    Return a list of loaded modules.",
                "LOAD <path> [<arg> ...]", "    Load a module library from <path>, passing to it any optional arguments.",
                "LOADEX <path> [[CONFIG NAME VALUE] [CONFIG NAME VALUE]] [ARGS ...]",
                "    Load a module library from <path>, while passing it module configurations and optional arguments.",
                "UNLOAD <name>", "    Unload a module.")),
    ];

    /// <summary>Whether it is one of those that need <c>enable-module-command</c>.</summary>
    public static bool IsProtected(CommandSpec spec) => spec.Name is "module|load" or "module|loadex" or "module|unload";

    private static SessionCommand Sub(string name, int arity, string since, string summary, string syntax, SessionHandler run) =>
        SessionCommand.Of("module|" + name, arity, Admin | NoScript, "server", since, summary, syntax, run);

    private static void Refuse(Session session, in ArgList args) => session.Output.Error(NotAllowed);
}
