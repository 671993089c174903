using OrleansKv.Engine.Commands;
using OrleansKv.Gateway.PubSub;
using OrleansKv.Gateway.Sessions;
using static OrleansKv.Engine.Commands.CommandFlags;
using PubSubFlag = OrleansKv.Engine.Commands.CommandFlags;

namespace OrleansKv.Gateway.Commands;

/// <summary>SUBSCRIBE, PSUBSCRIBE, their opposites, PUBLISH and PUBSUB.</summary>
internal static class PubSubCommands
{
    private const CommandFlags Usual = PubSubFlag.PubSub | NoScript | Loading | Stale;

    public static readonly IReadOnlyList<SessionCommand> All =
    [
        SessionCommand.Of("subscribe", -2, Usual, "pubsub", "2.0.0", "Listens for messages published to channels.", "channel [channel ...]",
            static (Session s, in ArgList a) => Subscribe(s, a, isPattern: false)),
        SessionCommand.Of("psubscribe", -2, Usual, "pubsub", "2.0.0", "Listens for messages published to channels that match patterns.", "pattern [pattern ...]",
            static (Session s, in ArgList a) => Subscribe(s, a, isPattern: true)),
        SessionCommand.Of("unsubscribe", -1, Usual, "pubsub", "2.0.0", "Stops listening to messages posted to channels.", "[channel [channel ...]]",
            static (Session s, in ArgList a) => Unsubscribe(s, a, isPattern: false)),
        SessionCommand.Of("punsubscribe", -1, Usual, "pubsub", "2.0.0", "Stops listening to messages of channels that match patterns.", "[pattern [pattern ...]]",
            static (Session s, in ArgList a) => Unsubscribe(s, a, isPattern: true)),
        SessionCommand.Of("publish", 3, PubSubFlag.PubSub | Loading | Stale | Fast, "pubsub", "2.0.0", "Posts a message to a channel.", "channel message",
            static (Session s, in ArgList a) =>
            {
                s.Output.Integer(s.Server.PubSub.Publish(a[1], a[2], s));
                s.Server.Control.Published(a[1], a[2]);
            }),
        SessionCommand.Container("pubsub", "pubsub", "2.8.0", "A container for Pub/Sub commands",
            Sub("channels", -2, "2.8.0", "List active channels", "[pattern]", Channels),
            Sub("numsub", -2, "2.8.0", "Get the count of subscribers for channels", "[channel [channel ...]]", NumSub),
            Sub("numpat", 2, "2.8.0", "Get the count of unique patterns pattern subscriptions", "", static (Session s, in ArgList _) => s.Output.Integer(s.Server.PubSub.PatternCount)),
            Sub("shardchannels", -2, "7.0.0", "List active shard channels: there are none without a cluster", "[pattern]", ShardChannels),
            Sub("shardnumsub", -2, "7.0.0", "Get the count of subscribers for shard channels", "[shardchannel [shardchannel ...]]", ShardNumSub),
            SessionCommand.HelpOf("pubsub", "pubsub", "6.2.0",
                "CHANNELS [<pattern>]", "    Return the currently active channels matching a <pattern> (default: '*').",
                "NUMPAT", "    Return number of subscriptions to patterns.",
                "NUMSUB [<channel> ...]", "    Return the number of subscribers for the specified channels, excluding", "    pattern subscriptions(default: no channels).",
                "SHARDCHANNELS [<pattern>]", "    Return the currently active shard level channels matching a <pattern> (default: '*').",
                "SHARDNUMSUB [<shardchannel> ...]", "    Return the number of subscribers for the specified shard level channel(s)")),
    ];

    private static void Subscribe(Session session, in ArgList args, bool isPattern)
    {
        for (int i = 1; i < args.Count; i++)
        {
            session.Server.PubSub.Subscribe(session, args[i], isPattern);
            Confirm(session, isPattern ? "psubscribe"u8 : "subscribe"u8, args[i]);
        }
    }

    private static void Unsubscribe(Session session, in ArgList args, bool isPattern)
    {
        ReadOnlySpan<byte> word = isPattern ? "punsubscribe"u8 : "unsubscribe"u8;
        PubSubHub hub = session.Server.PubSub;
        if (args.Count > 1)
        {
            for (int i = 1; i < args.Count; i++)
            {
                hub.Unsubscribe(session, args[i], isPattern);
                Confirm(session, word, args[i]);
            }

            return;
        }

        List<byte[]> names = hub.NamesOf(session, isPattern);
        foreach (byte[] name in names)
        {
            hub.Unsubscribe(session, name, isPattern);
            Confirm(session, word, name);
        }

        if (names.Count > 0) return;
        session.Output.Push(3);
        session.Output.Bulk(word);
        session.Output.Null();
        session.Output.Integer(session.Subscriptions?.Count ?? 0);
        session.MarkReply();
    }

    // Sent whatever CLIENT REPLY says, as in Redis: a confirmation is a push.
    private static void Confirm(Session session, ReadOnlySpan<byte> word, ReadOnlySpan<byte> name)
    {
        session.Output.Push(3);
        session.Output.Bulk(word);
        session.Output.Bulk(name);
        session.Output.Integer(session.Subscriptions?.Count ?? 0);
        session.MarkReply();
    }

    private static SessionCommand Sub(string name, int arity, string since, string summary, string syntax, SessionHandler run) =>
        SessionCommand.Of("pubsub|" + name, arity, PubSubFlag.PubSub | Loading | Stale, "pubsub", since, summary, syntax, run);

    private static void Channels(Session session, in ArgList args)
    {
        if (args.Count > 3)
        {
            Subcommands.UnknownOrWrongArity(session.Output, "pubsub", args);
            return;
        }

        List<byte[]> channels = args.Count == 3 ? session.Server.PubSub.Channels(args[2]) : session.Server.PubSub.Channels();
        session.Output.Array(channels.Count);
        foreach (byte[] channel in channels) session.Output.Bulk(channel);
    }

    private static void NumSub(Session session, in ArgList args)
    {
        session.Output.Array((args.Count - 2) * 2); // an array in RESP3 as well
        for (int i = 2; i < args.Count; i++)
        {
            session.Output.Bulk(args[i]);
            session.Output.Integer(session.Server.PubSub.ListenersOf(args[i]));
        }
    }

    private static void ShardChannels(Session session, in ArgList args)
    {
        if (args.Count > 3) Subcommands.UnknownOrWrongArity(session.Output, "pubsub", args);
        else session.Output.Array(0);
    }

    private static void ShardNumSub(Session session, in ArgList args)
    {
        session.Output.Array((args.Count - 2) * 2);
        for (int i = 2; i < args.Count; i++)
        {
            session.Output.Bulk(args[i]);
            session.Output.Integer(0);
        }
    }
}
