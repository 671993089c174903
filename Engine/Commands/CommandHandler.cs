namespace OrleansKv.Engine.Commands;

/// <summary>
/// Runs one command: reads arguments and map, emits effects, writes exactly one reply. Before it runs, the argument count has
/// been checked against the arity and the shards of all its keys are locked (none for a command without keys).
/// </summary>
public delegate void CommandHandler(ref CommandContext context);
