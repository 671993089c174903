namespace OrleansKv.Cli.Docs;

/// <summary>What is known about a command.</summary>
/// <param name="Name">In upper case; a subcommand with its container: CONFIG GET.</param>
/// <param name="Syntax">Its arguments, as redis-cli's hints show them: <c>key value [NX | XX]</c>.</param>
/// <param name="Summary">One line; empty when not known.</param>
/// <param name="Group">Where it belongs, as string or server; empty when not known.</param>
internal sealed record CommandDoc(string Name, string Syntax, string Summary = "", string Group = "");
