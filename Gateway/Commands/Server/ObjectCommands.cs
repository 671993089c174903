namespace OrleansKv.Gateway.Commands.Server;

/// <summary>OBJECT: how a key's value is kept. The engine answers, where the key is; here are the container and its help.</summary>
internal static class ObjectCommands
{
    public static readonly IReadOnlyList<SessionCommand> All =
    [
        SessionCommand.Container("object", "generic", "2.2.3", "A container for object introspection commands",
            SessionCommand.OfData("object|encoding"),
            SessionCommand.OfData("object|freq"),
            SessionCommand.OfData("object|idletime"),
            SessionCommand.OfData("object|refcount"),
            SessionCommand.OfData("object|version"),
            SessionCommand.HelpOf("object", "generic", "6.2.0",
                "ENCODING <key>", "    Return the kind of internal representation used in order to store the value",
                "    associated with a <key>.",
                "FREQ <key>", "    Return the access frequency index of the <key>. The returned integer is",
                "    proportional to the logarithm of the recent access frequency of the key.",
                "IDLETIME <key>", "    Return the idle time of the <key>, that is the approximated number of",
                "    seconds elapsed since the last access to the key.",
                "REFCOUNT <key>", "    Return the number of references of the value associated with the specified", "    <key>.",
                "VERSION <key>", "    Return the version of the key: the Lsn of its last write.")),
    ];
}
