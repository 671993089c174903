using OrleansKv.Engine.Commands.Keys;
using OrleansKv.Engine.Commands.Strings;
using OrleansKv.Engine.Commands.Text;
using static OrleansKv.Engine.Commands.CommandFlags;
using static OrleansKv.Engine.Commands.DataCommands;

namespace OrleansKv.Engine.Commands.Lines;

/// <summary>The plain words of the line protocol: PUT, DELETE, CONTAINS.</summary>
internal static class LineDataCommands
{
    public static readonly IReadOnlyList<CommandSpec> All =
    [
        Of("put", -3, Write | DenyOom, 1, 1, 1, "orleanskv", "orleanskv", "Sets a key, for ever or for some seconds.", "key value [ttl-seconds]", Put),
        Of("delete", -2, Write, 1, -1, 1, "orleanskv", "orleanskv", "Deletes one or more keys; the same as DEL.", "key [key ...]", KeyCommands.Delete),
        Of("contains", -2, ReadOnly | Fast, 1, -1, 1, "orleanskv", "orleanskv", "Counts how many of the keys exist; the same as EXISTS.", "key [key ...]", KeyCommands.Exists),
    ];

    private static void Put(ref CommandContext context)
    {
        long deadline = 0;
        if (context.Args.Count > 4)
        {
            context.Reply.Error(Errors.Syntax);
            return;
        }

        if (context.Args.Count == 4)
        {
            if (!Number.TryInteger(context.Args[3], out long seconds))
            {
                context.Reply.Error(Errors.NotAnInteger);
                return;
            }

            if (seconds <= 0 || seconds > (long.MaxValue - context.NowMs) / 1000)
            {
                context.Reply.Error(Errors.InvalidExpire("put"));
                return;
            }

            deadline = context.NowMs + (seconds * 1000);
        }

        StringCommands.Store(ref context, context.Key(1), context.Args[2], deadline);
        context.Reply.Ok();
    }
}
