using Mnist;
using SnnDsl.CommandLine;

// The nine networks under Models/ are declarations; the compiler writes the rest of them (read it: obj/Generated).
// This gives them a command line. Without arguments it runs the demo: two minutes on two cores, data included.
var here = typeof(FcDirect).Assembly;
return await SpikingCommandLine.Create("dotnet run -c Release --project examples/Mnist --", "Certifiably robust spiking networks for MNIST and Fashion-MNIST.")
    .Model(seed => new FcDirect(seed))
    .Model(seed => new ConvDirect(seed))
    .Model(seed => new FcPoisson(seed))
    .Model(seed => new ConvPoisson(seed))
    .Model(seed => new FcEncoded(seed))
    .Model(seed => new ConvEncoded(seed))
    .Model(seed => new Csnn(seed))
    .Model(seed => new SmallResNet(seed))
    .Model(seed => new Separable(seed))
    .Data(new ImageData("mnist") { Embedded = new(here, "Data/mnist") })
    .Data(new ImageData("fashion-mnist")
    {
        Embedded = new(here, "Data/fashion-mnist"),
        ClassNames = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"],
    })
    .Demo(new() { Model = nameof(FcDirect), Epsilon = 0.05, Epochs = 15 })
    .RunAsync(args);
