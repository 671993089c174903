namespace OrleansKv.Engine.Inspection;

/// <summary>One thing that a repair does (or would do), and what is lost by it.</summary>
public sealed record RepairStep(string Text);
