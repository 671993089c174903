namespace OrleansKv.Gateway.Commands.Server;

/// <summary>One argument of a command as COMMAND DOCS describes it.</summary>
/// <param name="Name">As help shows it.</param>
/// <param name="Type"><c>key</c>, <c>string</c>, <c>integer</c>, <c>pure-token</c>, <c>oneof</c> or <c>block</c>.</param>
/// <param name="Token">The literal word that comes first; null for none.</param>
/// <param name="IsOptional">May be left out.</param>
/// <param name="IsMultiple">May be repeated.</param>
/// <param name="Inner">Alternatives of a oneof, parts of a block.</param>
internal sealed record CommandArgument(
    string Name, string Type, string? Token, bool IsOptional, bool IsMultiple, List<CommandArgument> Inner);
