using OrleansKv.Gateway.Dispatch;
using OrleansKv.Gateway.PubSub;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol.Commands;
using static OrleansKv.Protocol.Commands.CommandFlags;
using PubSubFlag = OrleansKv.Protocol.Commands.CommandFlags;

namespace OrleansKv.Gateway.Commands;

/// <summary>SUBSCRIBE, PSUBSCRIBE, SSUBSCRIBE, their opposites, PUBLISH, SPUBLISH and PUBSUB.</summary>
internal static class PubSubCommands
{
    /// <summary>
    /// Longest time for which a PUBLISH holds its client back while other nodes have much to take, ms: they take 16 MiB in less. With one
    /// that hangs a client publishes ten messages a second until the cluster knows.
    /// </summary>
    private const int MaxHoldMs = 100;

    private const CommandFlags Usual = PubSubFlag.PubSub | NoScript | Loading | Stale;

    public static readonly IReadOnlyList<SessionCommand> All =
    [
        SessionCommand.Of("subscribe", -2, Usual, "pubsub", "2.0.0", "Listens for messages published to channels.", "channel [channel ...]",
            static (Session s, in ArgList a) => Subscribe(s, a, PubSubKind.Channel)),
        SessionCommand.Of("psubscribe", -2, Usual, "pubsub", "2.0.0", "Listens for messages published to channels that match patterns.",
            "pattern [pattern ...]",
            static (Session s, in ArgList a) => Subscribe(s, a, PubSubKind.Pattern)),
        SessionCommand.Of("unsubscribe", -1, Usual, "pubsub", "2.0.0", "Stops listening to messages posted to channels.",
            "[channel [channel ...]]",
            static (Session s, in ArgList a) => Unsubscribe(s, a, PubSubKind.Channel)),
        SessionCommand.Of("punsubscribe", -1, Usual, "pubsub", "2.0.0", "Stops listening to messages of channels that match patterns.",
            "[pattern [pattern ...]]",
            static (Session s, in ArgList a) => Unsubscribe(s, a, PubSubKind.Pattern)),
        Shard("ssubscribe", -2, Usual, -1, "Listens for messages published to shard channels.", "shardchannel [shardchannel ...]",
            static (Session s, in ArgList a) => SubscribeShard(s, a)),
        Shard("sunsubscribe", -1, Usual, -1, "Stops listening to messages posted to shard channels.", "[shardchannel [shardchannel ...]]",
            static (Session s, in ArgList a) =>
            {
                if (ShardChannels.RefusalOf(s, a, a.Count - 1) is { } refusal) s.Output.Error(refusal);
                else Unsubscribe(s, a, PubSubKind.Shard);
            }),
        Shard("spublish", 3, PubSubFlag.PubSub | Loading | Stale | Fast, 1, "Posts a message to a shard channel.", "shardchannel message",
            SPublish),
        SessionCommand.Of("publish", 3, PubSubFlag.PubSub | Loading | Stale | Fast, "pubsub", "2.0.0", "Posts a message to a channel.",
            "channel message",
            Publish),
        SessionCommand.Container("pubsub", "pubsub", "2.8.0", "A container for Pub/Sub commands",
            Sub("channels", -2, "2.8.0", "List active channels", "[pattern]",
                static (Session s, in ArgList a) => Names(s, a, PubSubKind.Channel)),
            Sub("numsub", -2, "2.8.0", "Get the count of subscribers for channels", "[channel [channel ...]]",
                static (Session s, in ArgList a) => Listeners(s, a, PubSubKind.Channel)),
            Sub("numpat", 2, "2.8.0", "Get the count of unique patterns pattern subscriptions", "",
                static (Session s, in ArgList _) => s.Output.Integer(s.Server.PubSub.Count(PubSubKind.Pattern))),
            Sub("shardchannels", -2, "7.0.0", "List active shard channels", "[pattern]",
                static (Session s, in ArgList a) => Names(s, a, PubSubKind.Shard)),
            Sub("shardnumsub", -2, "7.0.0", "Get the count of subscribers for shard channels", "[shardchannel [shardchannel ...]]",
                static (Session s, in ArgList a) => Listeners(s, a, PubSubKind.Shard)),
            SessionCommand.HelpOf("pubsub", "pubsub", "6.2.0",
                "CHANNELS [<pattern>]", "    Return the currently active channels matching a <pattern> (default: '*').",
                "NUMPAT", "    Return number of subscriptions to patterns.",
                "NUMSUB [<channel> ...]", "    Return the number of subscribers for the specified channels, excluding",
                "    pattern subscriptions(default: no channels).",
                "SHARDCHANNELS [<pattern>]", "    Return the currently active shard level channels matching a <pattern> (default: '*').",
                "SHARDNUMSUB [<shardchannel> ...]", "    Return the number of subscribers for the specified shard level channel(s)")),
    ];

    private static void Subscribe(Session session, in ArgList args, PubSubKind kind)
    {
        for (int i = 1; i < args.Count; i++)
        {
            session.Server.PubSub.Subscribe(session, args[i], kind);
            Confirm(session, SubscribeWord(kind), args[i], kind);
        }
    }

    private static void SubscribeShard(Session session, in ArgList args)
    {
        if (session.IsInTransaction) session.Output.Error("ERR SSUBSCRIBE isn't allowed for a DENY BLOCKING client");
        else if (ShardChannels.RefusalOf(session, args, args.Count - 1) is { } refusal) session.Output.Error(refusal);
        else Subscribe(session, args, PubSubKind.Shard);
    }

    private static void Unsubscribe(Session session, in ArgList args, PubSubKind kind)
    {
        if (args.Count > 1)
        {
            for (int i = 1; i < args.Count; i++) UnsubscribeOne(session, args[i], kind);
            return;
        }

        List<byte[]> names = session.Server.PubSub.NamesOf(session, kind);
        foreach (byte[] name in names) UnsubscribeOne(session, name, kind);
        if (names.Count > 0) return;
        session.Output.Push(3);
        session.Output.Bulk(UnsubscribeWord(kind));
        session.Output.Null();
        session.Output.Integer(session.Subscriptions?.CountAs(kind) ?? 0);
        session.MarkReply();
    }

    // What others have published until the end of the subscription comes before its confirmation, and nothing of it behind.
    private static void UnsubscribeOne(Session session, ReadOnlySpan<byte> name, PubSubKind kind)
    {
        session.Server.PubSub.Unsubscribe(session, name, kind);
        session.TakeDeliveries();
        Confirm(session, UnsubscribeWord(kind), name, kind);
    }

    // Sent whatever CLIENT REPLY says, as in Redis: a confirmation is a push.
    private static void Confirm(Session session, ReadOnlySpan<byte> word, ReadOnlySpan<byte> name, PubSubKind kind)
    {
        session.Output.Push(3);
        session.Output.Bulk(word);
        session.Output.Bulk(name);
        session.Output.Integer(session.Subscriptions?.CountAs(kind) ?? 0);
        session.MarkReply();
    }

    private static ReadOnlySpan<byte> SubscribeWord(PubSubKind kind) => kind switch
    {
        PubSubKind.Channel => "subscribe"u8,
        PubSubKind.Pattern => "psubscribe"u8,
        _ => "ssubscribe"u8,
    };

    private static ReadOnlySpan<byte> UnsubscribeWord(PubSubKind kind) => kind switch
    {
        PubSubKind.Channel => "unsubscribe"u8,
        PubSubKind.Pattern => "punsubscribe"u8,
        _ => "sunsubscribe"u8,
    };

    private static void Publish(Session session, in ArgList args)
    {
        session.Output.Integer(session.Server.PubSub.Publish(args[1], args[2], session));
        session.Server.Control.Published(args[1], args[2], isShard: false);
        HoldBack(session);
    }

    private static void SPublish(Session session, in ArgList args)
    {
        if (ShardChannels.RefusalOf(session, args, names: 1) is { } refusal)
        {
            session.Output.Error(refusal);
            return;
        }

        session.Output.Integer(session.Server.PubSub.PublishToShard(args[1], args[2], session));
        session.Server.Control.Published(args[1], args[2], isShard: true);
        HoldBack(session);
    }

    // A publisher that is faster than the way to the other nodes goes at their pace; a node that hangs does not stop it.
    private static void HoldBack(Session session)
    {
        IHostControl control = session.Server.Control;
        if (control.HasRoomToPublish || session.IsInTransaction) return;
        session.Suspend(new Suspension(session.Server.NowMs + MaxHoldMs, () => control.HasRoomToPublish, null));
    }

    private static SessionCommand Shard(
        string name, int arity, CommandFlags flags, int lastKey, string summary, string syntax, SessionHandler run) =>
        SessionCommand.Of(name, arity, flags, "pubsub", "7.0.0", summary, syntax, run).WithKeys(KeyWords.All with { Last = lastKey });

    private static SessionCommand Sub(string name, int arity, string since, string summary, string syntax, SessionHandler run) =>
        SessionCommand.Of("pubsub|" + name, arity, PubSubFlag.PubSub | Loading | Stale, "pubsub", since, summary, syntax, run);

    private static void Names(Session session, in ArgList args, PubSubKind kind)
    {
        if (args.Count > 3)
        {
            Subcommands.UnknownOrWrongArity(session.Output, "pubsub", args);
            return;
        }

        List<byte[]> names = session.Server.PubSub.Names(kind, args.Count == 3 ? args[2] : "*"u8);
        session.Output.Array(names.Count);
        foreach (byte[] name in names) session.Output.Bulk(name);
    }

    private static void Listeners(Session session, in ArgList args, PubSubKind kind)
    {
        session.Output.Array((args.Count - 2) * 2); // an array in RESP3 as well
        for (int i = 2; i < args.Count; i++)
        {
            session.Output.Bulk(args[i]);
            session.Output.Integer(session.Server.PubSub.ListenersOf(args[i], kind));
        }
    }
}
