using OrleansKv.Gateway.Protocol;
using OrleansKv.Protocol.Commands;
using OrleansKv.Protocol.Resp;

namespace OrleansKv.Gateway.Commands.Server;

/// <summary>
/// Writes one command as COMMAND INFO of Redis 7.0 does: name, arity, flags, first key, last key, step, ACL categories, tips, key
/// specifications, subcommands. Clients and proxies parse it by position.
/// </summary>
internal static class CommandInfoWriter
{
    // In the order Redis prints them.
    private static readonly (CommandFlags Flag, string Name)[] FlagNames =
    [
        (CommandFlags.Write, "write"), (CommandFlags.ReadOnly, "readonly"), (CommandFlags.DenyOom, "denyoom"),
        (CommandFlags.Admin, "admin"),
        (CommandFlags.PubSub, "pubsub"), (CommandFlags.NoScript, "noscript"), (CommandFlags.Blocking, "blocking"),
        (CommandFlags.Loading, "loading"),
        (CommandFlags.Stale, "stale"), (CommandFlags.SkipSlowlog, "skip_slowlog"), (CommandFlags.Fast, "fast"),
        (CommandFlags.NoAuth, "no_auth"),
        (CommandFlags.NoMulti, "no_multi"), (CommandFlags.MovableKeys, "movablekeys"), (CommandFlags.AllowBusy, "allow_busy"),
    ];

    /// <param name="reply">Where to.</param>
    /// <param name="command">The command.</param>
    /// <param name="answersForCluster">See <see cref="CommandTips.Of"/>.</param>
    public static void Write(ReplyWriter reply, CommandEntry command, bool answersForCluster)
    {
        CommandSpec spec = command.Spec;
        reply.Array(10);
        reply.Bulk(spec.Name);
        reply.Integer(spec.Arity);
        string[] flags = [.. FlagNames.Where(f => (spec.Flags & f.Flag) != 0).Select(f => f.Name)];
        reply.Set(flags.Length);
        foreach (string flag in flags) Status(reply, flag);
        reply.Integer(spec.FirstKey);
        reply.Integer(spec.LastKey);
        reply.Integer(spec.KeyStep);
        string[] categories = [.. AclCategories.Of(spec)];
        reply.Set(categories.Length);
        foreach (string category in categories) Status(reply, "@" + category);
        string[] tips = CommandTips.Of(spec.Name, answersForCluster);
        reply.Set(tips.Length);
        foreach (string tip in tips) reply.Bulk(tip);
        IReadOnlyList<KeyAccess> keys = KeyAccess.Of(spec);
        reply.Set(keys.Count);
        foreach (KeyAccess key in keys) WriteKeys(reply, key);
        if (command.Subcommands.Length == 0) reply.Set(0); // Redis' own irregularity
        else reply.Array(command.Subcommands.Length);
        foreach (CommandEntry subcommand in command.Subcommands) Write(reply, subcommand, answersForCluster);
    }

    private static void WriteKeys(ReplyWriter reply, KeyAccess key)
    {
        reply.Map(3);
        reply.Bulk("flags"u8);
        reply.Set(key.Flags.Length);
        foreach (string flag in key.Flags) Status(reply, flag);
        reply.Bulk("begin_search"u8);
        reply.Map(2);
        reply.Bulk("type"u8);
        reply.Bulk("index"u8);
        reply.Bulk("spec"u8);
        reply.Map(1);
        reply.Bulk("index"u8);
        reply.Integer(key.First);
        reply.Bulk("find_keys"u8);
        reply.Map(2);
        reply.Bulk("type"u8);
        reply.Bulk("range"u8);
        reply.Bulk("spec"u8);
        reply.Map(3);
        reply.Bulk("lastkey"u8);
        reply.Integer(key.Last);
        reply.Bulk("keystep"u8);
        reply.Integer(key.Step);
        reply.Bulk("limit"u8);
        reply.Integer(0);
    }

    private static void Status(ReplyWriter reply, string text) => reply.Simple(System.Text.Encoding.ASCII.GetBytes(text));
}
