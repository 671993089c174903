namespace OrleansKv.Engine.Commands;

/// <summary>What runs a command of <see cref="DataCommands"/>.</summary>
internal readonly record struct CommandBinding(string Name, CommandHandler Run);
