using OrleansKv.Engine.Commands.Keys;
using OrleansKv.Engine.Commands.Strings;
using OrleansKv.Engine.Commands.Text;

namespace OrleansKv.Engine.Commands.Lines;

/// <summary>The plain words of the line protocol: PUT, DELETE, CONTAINS.</summary>
internal static class LineDataCommands
{
    public static readonly IReadOnlyList<CommandBinding> All =
    [
        new("put", Put),
        new("delete", KeyCommands.Delete),
        new("contains", KeyCommands.Exists),
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
