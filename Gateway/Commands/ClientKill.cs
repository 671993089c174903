using System.Text;
using OrleansKv.Engine.Commands.Text;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol.Commands;
using OrleansKv.Protocol.Resp;

namespace OrleansKv.Gateway.Commands;

/// <summary>CLIENT KILL, in its old form (an address) and its new one (filters, all of which must hold).</summary>
internal static class ClientKill
{
    public static void Run(Session session, in ArgList args)
    {
        ReplyWriter reply = session.Output;
        session.TakeDeliveries(); // should it end itself
        if (args.Count == 3)
        {
            string address = Encoding.Latin1.GetString(args[2]);
            Session? target = session.Server.Sessions.All.FirstOrDefault(s => s.Connection.Remote?.ToString() == address);
            if (target is null)
            {
                reply.Error("ERR No such client");
                return;
            }

            reply.Ok();
            End(session, target);
            return;
        }

        if (Filters(args, reply) is not { } filters) return;
        int killed = 0;
        foreach (Session target in session.Server.Sessions.All)
        {
            if (target == session && filters.SkipMe) continue;
            if (!filters.Tests.TrueForAll(test => test(target))) continue;
            killed++;
            End(session, target);
        }

        reply.Integer(killed);
    }

    private static (List<Predicate<Session>> Tests, bool SkipMe)? Filters(in ArgList args, ReplyWriter reply)
    {
        var tests = new List<Predicate<Session>>();
        bool skipMe = true;
        for (int i = 2; i < args.Count; i += 2)
        {
            if (i + 1 == args.Count)
            {
                reply.Error("ERR syntax error");
                return null;
            }

            string value = Encoding.Latin1.GetString(args[i + 1]);
            if (args.Is(i, "ID"u8))
            {
                if (!Number.TryInteger(args[i + 1], out long id) || id < 1)
                {
                    reply.Error("ERR client-id should be greater than 0");
                    return null;
                }

                tests.Add(s => s.Id == id);
            }
            else if (args.Is(i, "ADDR"u8))
            {
                tests.Add(s => s.Connection.Remote?.ToString() == value);
            }
            else if (args.Is(i, "LADDR"u8))
            {
                tests.Add(s => s.Connection.Local?.ToString() == value);
            }
            else if (args.Is(i, "TYPE"u8))
            {
                string type = value.ToLowerInvariant();
                if (type is not ("normal" or "pubsub" or "master" or "replica" or "slave"))
                {
                    reply.Error($"ERR Unknown client type '{value}'");
                    return null;
                }

                tests.Add(s => ClientCommands.IsOfType(s, type));
            }
            else if (args.Is(i, "USER"u8))
            {
                if (value != "default")
                {
                    reply.Error($"ERR No such user '{value}'");
                    return null;
                }
            }
            else if (args.Is(i, "SKIPME"u8) && value.ToLowerInvariant() is "yes" or "no")
            {
                skipMe = value.Equals("yes", StringComparison.OrdinalIgnoreCase);
            }
            else
            {
                reply.Error("ERR syntax error");
                return null;
            }
        }

        return (tests, skipMe);
    }

    // Oneself: the reply goes out first.
    private static void End(Session by, Session target)
    {
        if (target == by) by.CloseAfterReply();
        else target.Kill("CLIENT KILL");
    }
}
