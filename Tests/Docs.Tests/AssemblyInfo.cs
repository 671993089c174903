// One sitting at a time: several start servers, and two cores are few.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
