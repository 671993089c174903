namespace OrleansKv.Engine.Registers;

/// <summary>
/// What a change makes of a register: the new content, or null to leave it as it is. Pure: it is called again in every attempt, each time
/// with the value that the attempt has found.
/// </summary>
public delegate byte[]? RegisterChange(RegisterValue? current);
