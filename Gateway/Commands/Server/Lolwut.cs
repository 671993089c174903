using System.Text;
using OrleansKv.Engine.Commands.Text;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol.Commands;
using OrleansKv.Protocol.Slots;

namespace OrleansKv.Gateway.Commands.Server;

/// <summary>LOLWUT: the ring of slots as a night sky, another one each second. Ends with the version, as clients' tests expect.</summary>
internal static class Lolwut
{
    private const int Width = 48;
    private const int Height = 12;

    public static void Run(Session session, in ArgList args)
    {
        if (args.Count >= 3 && args.Is(1, "VERSION"u8) && !Number.TryInteger(args[2], out _))
        {
            session.Output.Error("ERR value is not an integer or out of range");
            return;
        }

        session.Output.Verbatim(Draw(session.Server.NowMs / 1000) + $"\nRedis ver. {ServerVersion.Redis}\n");
    }

    // CRC16 of the place and the second decides what shines: the function that places keys places the stars.
    private static string Draw(long seed)
    {
        var text = new StringBuilder();
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < Width; x++)
            {
                int value = Crc16.Compute(Encoding.ASCII.GetBytes($"{seed}:{x}:{y}")) & 0x3FF;
                text.Append(value switch { < 6 => '*', < 20 => '+', < 60 => '.', _ => ' ' });
            }

            text.Append('\n');
        }

        return text.Append("16384 slots, and every key has its place among them.\n").ToString();
    }
}
