namespace CartTests;

[GenerateSerializer]
public sealed class CartState
{
    [Id(0)]
    public List<string> Items { get; set; } = [];
}
