using OrleansKv.Engine.Commands;
using OrleansKv.Engine.Resp;
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
            static (Session s, in ArgList a) => s.Output.Integer(s.Server.PubSub.Publish(a[1], a[2]))),
        SessionCommand.Of("pubsub", -2, PubSubFlag.PubSub | Loading | Stale, "pubsub", "2.8.0", "Shows channels, listeners and patterns.",
            "CHANNELS [pattern] | NUMSUB [channel ...] | NUMPAT", Introspect),
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
    }

    private static void Confirm(Session session, ReadOnlySpan<byte> word, ReadOnlySpan<byte> name)
    {
        session.Output.Push(3);
        session.Output.Bulk(word);
        session.Output.Bulk(name);
        session.Output.Integer(session.Subscriptions?.Count ?? 0);
    }

    private static void Introspect(Session session, in ArgList args)
    {
        ReplyWriter reply = session.Output;
        PubSubHub hub = session.Server.PubSub;
        if (args.Is(1, "CHANNELS"u8) && args.Count <= 3)
        {
            List<byte[]> channels = hub.Channels(args.Count == 3 ? args[2] : default);
            reply.Array(channels.Count);
            foreach (byte[] channel in channels) reply.Bulk(channel);
        }
        else if (args.Is(1, "NUMSUB"u8))
        {
            reply.Map(args.Count - 2);
            for (int i = 2; i < args.Count; i++)
            {
                reply.Bulk(args[i]);
                reply.Integer(hub.ListenersOf(args[i]));
            }
        }
        else if (args.Is(1, "NUMPAT"u8) && args.Count == 2)
        {
            reply.Integer(hub.PatternCount);
        }
        else if (args.Is(1, "HELP"u8) && args.Count == 2)
        {
            Subcommands.Help(reply, "PUBSUB", "CHANNELS [<pattern>]", "    Return the currently active channels matching a <pattern> (default: '*').",
                "NUMPAT", "    Return number of subscriptions to patterns.",
                "NUMSUB [<channel> ...]", "    Return the number of subscribers for the specified channels, excluding", "    pattern subscriptions(default: no channels).");
        }
        else
        {
            Subcommands.Unknown(reply, "pubsub", args);
        }
    }
}
