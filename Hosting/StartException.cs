namespace OrleansKv.Hosting;

/// <summary>A start that cannot be: the message is the one line an operator reads.</summary>
internal sealed class StartException(string message) : Exception(message);
