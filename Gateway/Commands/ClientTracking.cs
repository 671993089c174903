using OrleansKv.Engine.Commands.Text;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol.Commands;
using OrleansKv.Protocol.Resp;

namespace OrleansKv.Gateway.Commands;

/// <summary>
/// CLIENT TRACKING and what belongs to it. This server sends no invalidations: it says so to whoever turns tracking on, and answers
/// everything else as Redis does to a client that has it off.
/// </summary>
internal static class ClientTracking
{
    private const string NoSuchClient = "ERR The client ID you want redirect to does not exist";

    public static void Tracking(Session session, in ArgList args)
    {
        ReplyWriter reply = session.Output;
        bool broadcasts = false, optIn = false, optOut = false, hasPrefix = false;
        long redirect = 0;
        for (int i = 3; i < args.Count; i++)
        {
            bool hasMore = i + 1 < args.Count;
            if (args.Is(i, "REDIRECT"u8) && hasMore)
            {
                if (RedirectRefusal(session, args[++i], ref redirect) is { } refusal)
                {
                    reply.Error(refusal);
                    return;
                }
            }
            else if (args.Is(i, "PREFIX"u8) && hasMore)
            {
                hasPrefix = true;
                i++;
            }
            else if (args.Is(i, "BCAST"u8))
            {
                broadcasts = true;
            }
            else if (args.Is(i, "OPTIN"u8))
            {
                optIn = true;
            }
            else if (args.Is(i, "OPTOUT"u8))
            {
                optOut = true;
            }
            else if (!args.Is(i, "NOLOOP"u8))
            {
                reply.Error("ERR syntax error");
                return;
            }
        }

        if (args.Is(2, "OFF"u8)) reply.Ok();
        else if (!args.Is(2, "ON"u8)) reply.Error("ERR syntax error");
        else if (hasPrefix && !broadcasts) reply.Error("ERR PREFIX option requires BCAST mode to be enabled");
        else if (broadcasts && (optIn || optOut)) reply.Error("ERR OPTIN and OPTOUT are not compatible with BCAST");
        else if (optIn && optOut) reply.Error("ERR You can't specify both OPTIN mode and OPTOUT mode");
        else reply.Error("ERR CLIENT TRACKING is not supported: this server sends no invalidation messages; clients must not cache what "
            + "they read");
    }

    public static void Caching(Session session, in ArgList args) => session.Output.Error(
        "ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or OPTOUT mode enabled");

    public static void Info(Session session, in ArgList args)
    {
        ReplyWriter reply = session.Output;
        reply.Map(3);
        reply.Bulk("flags"u8);
        reply.Set(1);
        reply.Bulk("off"u8);
        reply.Bulk("redirect"u8);
        reply.Integer(-1);
        reply.Bulk("prefixes"u8);
        reply.Array(0);
    }

    private static string? RedirectRefusal(Session session, ReadOnlySpan<byte> word, ref long redirect)
    {
        if (redirect != 0) return "ERR A client can only redirect to a single other client";
        if (!Number.TryInteger(word, out redirect)) return "ERR value is not an integer or out of range";
        return session.Server.Sessions.Find(redirect) is null ? NoSuchClient : null;
    }
}
