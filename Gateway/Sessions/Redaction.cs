using OrleansKv.Gateway.Protocol;
using OrleansKv.Protocol.Commands;

namespace OrleansKv.Gateway.Sessions;

/// <summary>Which words of a command are secret: MONITOR and the slow log show <c>(redacted)</c> instead, as Redis does. Pure.</summary>
internal static class Redaction
{
    public static ReadOnlySpan<byte> Shown(CommandEntry command, in ArgList args, int word) =>
        IsSecret(command, args, word) ? "(redacted)"u8 : args[word];

    private static bool IsSecret(CommandEntry command, in ArgList args, int word)
    {
        switch (command.Spec.Name)
        {
            case "auth": return word > 0;
            case "hello": return (word > 2 && args.Is(word - 1, "AUTH"u8)) || (word > 3 && args.Is(word - 2, "AUTH"u8));
            case "config|set": return word > 2 && word % 2 == 1
                && (args.Is(word - 1, "REQUIREPASS"u8) || args.Is(word - 1, "MASTERAUTH"u8));
            default: return false;
        }
    }
}
