using OrleansKv.Protocol.Resp;

namespace OrleansKv.Gateway.Commands.Server;

/// <summary>DEBUG PROTOCOL: one reply of each type, for tests of clients. The values are Redis'.</summary>
internal static class DebugProtocol
{
    public static void Write(ReplyWriter reply, string type)
    {
        switch (type)
        {
            case "string": reply.Bulk("Hello World"u8); break;
            case "integer": reply.Integer(12345); break;
            case "double": reply.Double("3.141"u8); break;
            case "null": reply.Null(); break;
            case "array":
                reply.Array(3);
                for (int i = 0; i < 3; i++) reply.Integer(i);
                break;
            case "set":
                reply.Set(3);
                for (int i = 0; i < 3; i++) reply.Integer(i);
                break;
            case "map":
                reply.Map(3);
                for (int i = 0; i < 3; i++)
                {
                    reply.Integer(i);
                    reply.Boolean(i == 1);
                }

                break;
            case "push" when reply.Protocol == 2:
                reply.Error("ERR RESP2 is not supported by this command");
                break;
            case "push":
                reply.Push(2);
                reply.Bulk("server-cpu-usage"u8);
                reply.Integer(42);
                reply.Bulk("Some real reply following the push reply"u8); // a push answers nothing
                break;
            case "verbatim": reply.Verbatim("This is a verbatim\nstring"); break;
            case "true": reply.Boolean(true); break;
            case "false": reply.Boolean(false); break;
            default:
                reply.Error("ERR Wrong protocol type name. Please use one of the following: "
                    + "string|integer|double|null|array|set|map|push|verbatim|true|false");
                break;
        }
    }
}
