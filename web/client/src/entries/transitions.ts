// Loaded in the head of every page, before the first paint, so that the door knows which way to slide.
import { directTransitions } from "../transitions";

directTransitions();
