namespace OrleansKv.Gateway.Commands.Server;

/// <summary>One section of INFO.</summary>
/// <param name="Name">As it is asked for, lower case.</param>
/// <param name="IsDefault">Whether a plain INFO shows it.</param>
/// <param name="Write">Writes its lines.</param>
internal sealed record InfoSection(string Name, bool IsDefault, Action<InfoSource, InfoText> Write);
